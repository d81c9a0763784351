"""Run a program for each line on standard input: what `Launcher` talks to.

A line is the file for its standard output and then its arguments, apart by tabs. The answer is the
milliseconds from start to end, the most kilobytes that it had in memory, and its exit code.

This is a process of its own, and a small one, because Linux counts what the parent of a program has in
memory as the program's own. So no figure is below this one's, some 9 MB.
"""

import os
import sys
import time

for line in sys.stdin:
    output, *arguments = line.rstrip("\n").split("\t")
    to_output = (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    start = time.perf_counter()
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=[to_output])
    _, status, usage = os.wait4(process, 0)
    elapsed = time.perf_counter() - start
    # macOS counts bytes.
    kilobytes = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    print(elapsed * 1e3, kilobytes, os.waitstatus_to_exitcode(status), flush=True)
