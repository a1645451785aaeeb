"""The stand-in for Google Calendar; README.md in the folder above says what it does."""
