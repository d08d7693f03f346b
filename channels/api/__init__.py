"""The JSON API: everything that people and programs do at the desk, and the shapes that the command line prints as well."""
