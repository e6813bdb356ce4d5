/** The Function App: importing a file below registers its trigger. */
