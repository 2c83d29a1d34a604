"""The peers: other packages that find a face and name its emotion, measured on the same frames in the same run."""
