/* Where the project's data (suites, vectors, certificates) lies, whatever the current folder is. */
#ifndef BASE_HOME_H
#define BASE_HOME_H

/* The folder that holds suites/: $IOTCONFORM_HOME, else the nearest one above the running program (or its
 * share/iotconform, in an installation that was moved), else the share folder it was built for. Found once; the text lives until the program ends. */
const char *home_dir(void);

/* home_dir() + "/" + path; the caller frees. */
char *home_path(const char *path);

/* The folder of the running program, without a slash at the end; lives until the program ends. */
const char *home_program_dir(void);

#endif
