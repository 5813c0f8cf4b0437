"""What a device's frame counter tells: how many frames it sent, and how many of them never came."""
