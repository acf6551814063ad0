"""Word count that adds up in the mapper."""
import sys

counts = {}
for line in sys.stdin:
    for word in line.split():
        counts[word] = counts.get(word, 0) + 1
for word, count in counts.items():
    print(word, count, sep="\t")
