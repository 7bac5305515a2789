"""The house rules, each as a finder over a tree of files, with a planted defect that shows it finds something."""
