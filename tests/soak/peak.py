#!/usr/bin/env python3
"""Runs a command and prints its peak resident memory as the operating system counts it, and its time: peak.py COMMAND …"""
import os
import sys
import time

began = time.time()
child = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(f"peak {usage.ru_maxrss / 1024:.1f} MiB, {time.time() - began:.1f} s, {usage.ru_utime + usage.ru_stime:.1f} s of processors, exit {os.waitstatus_to_exitcode(status)}")
sys.exit(os.waitstatus_to_exitcode(status))
