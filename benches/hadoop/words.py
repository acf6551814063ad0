"""Word count as text books have it: a line a word."""
import sys

for line in sys.stdin:
    for word in line.split():
        print(word, 1, sep="\t")
