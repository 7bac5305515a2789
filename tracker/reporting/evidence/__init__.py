"""Evidence files (佐证材料): what is taken, where it lies, who adds it, and with which report it was filed."""
