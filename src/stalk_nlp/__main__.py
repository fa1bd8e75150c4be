"""`python -m stalk_nlp`."""

import sys

from stalk_nlp.cli import main

sys.exit(main())
