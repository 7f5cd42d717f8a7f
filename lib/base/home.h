/* Where the project's data (suites, vectors, certificates) lies, whatever the current folder is. */
#ifndef BASE_HOME_H
#define BASE_HOME_H

/* The folder that holds suites/: $IOTCONFORM_HOME, else the nearest one above the running program (or its
 * share/iotconform: the prefix of an installation, wherever that is), else /usr/local/share/iotconform. Found once; the text
 * lives until the program ends. */
const char *home_dir(void);

/* home_dir() + "/" + path; the caller frees. */
char *home_path(const char *path);

/* Where certificates are kept when nobody says where: certs/out of a source tree; for an installation
 * $XDG_STATE_HOME/iotconform/certs, by default below ~/.local/state. NULL when neither variable holds an absolute path. The
 * caller frees. */
char *home_certs_dir(void);

/* The folder of the running program, without a slash at the end; lives until the program ends. */
const char *home_program_dir(void);

#endif
