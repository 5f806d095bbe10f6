"""``python -m tests.promises [ID …]``: break each promise on purpose and see that its test notices."""

import sys

from tests.promises.switching import main

sys.exit(main(sys.argv[1:]))
