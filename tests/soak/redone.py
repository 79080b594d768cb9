#!/usr/bin/env python3
"""Prints what a resumed run did again, and fails where that is more than promised: redone.py RUN.JSON"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    run = json.load(file)
resumed, pairs, settings = run["resumed"], run["resumed"]["pairs"], run["settings"]
block = run["plan"]["layout"]["block_images"]
after, in_hand = pairs["merged"] - pairs["snapshot"], pairs["begun"] - pairs["merged"]
print(
    f"features: {resumed['features']} taken over, {resumed['features_again']} done again (at most a block of {settings['extraction_block']}); "
    f"pairs: {pairs['begun']} begun before, {pairs['taken_over']} taken over, {pairs['again']} done again "
    f"({after} after the last snapshot, {in_hand} in hand)")
assert pairs["again"] == pairs["begun"] - pairs["taken_over"], "the sum does not add up"
assert pairs["taken_over"] >= pairs["snapshot"], "an older snapshot than the last one was taken over"
assert 0 <= in_hand <= settings["threads"] * block**2, "more in hand than a tile a thread"
assert pairs["again"] <= after + in_hand, "more pairs done again than promised"
assert resumed["features_again"] <= settings["extraction_block"], "more features done again than promised"
