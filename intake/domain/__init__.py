"""The words everybody here speaks. Standard library only."""
