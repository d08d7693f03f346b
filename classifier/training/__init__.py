"""How the shipped model is fitted; needs the extra `train`. Nothing here is imported at run time."""
