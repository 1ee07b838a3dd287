"""What the deletion of an account leaves in reviews."""
