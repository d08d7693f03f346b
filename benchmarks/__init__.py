"""How fast the desk is, beside what it could at best be: everything compared is measured in the same run."""
