"""Starts the stand-in: `python3 tests/google_calendar`, see README.md."""

import sys

from standin.program import main

sys.exit(main())
