"""The parts of the section argoCd, one file each."""
