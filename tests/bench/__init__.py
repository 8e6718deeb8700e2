"""Speed, as ratios against floors that are measured in the same run: `python -m tests.bench`.

A ratio holds on another machine where a number of milliseconds does not.
"""
