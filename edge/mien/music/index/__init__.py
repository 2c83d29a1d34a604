"""What music there is: the owner's folder, scanned, heard and placed."""
