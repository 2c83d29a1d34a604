"""Turns a trained run into the ONNX file that the device runs. Never installed on the device."""
