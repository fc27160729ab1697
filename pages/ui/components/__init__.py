"""What components of our own share: elements, looks, and how what they say is carried out."""
