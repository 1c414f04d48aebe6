"""What `jieyue up` starts: the command again, in a process that never outlives its parent."""

import sys

from jieyue.interfaces.cli.main import main
from jieyue.interfaces.cli.supervisor import die_with

if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
