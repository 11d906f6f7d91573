"""The changes of all stacks as one comment of a pull request, edited in place."""
