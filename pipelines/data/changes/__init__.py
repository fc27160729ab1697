"""What is changed on purpose: augmentation, noise and masks, wrong labels, fewer rows."""
