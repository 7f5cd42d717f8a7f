/* The files of the page /console, folder console/, which travel in the program. */
#ifndef BROKER_CONSOLE_FILES_H
#define BROKER_CONSOLE_FILES_H

struct console_file {
    const char *name;         /* in the folder, as in the path behind /console/ */
    const char *const *lines; /* each with its line feed; ends with NULL */
};

/* Made by the build; ends with a name that is NULL. */
extern const struct console_file console_files[];

#endif
