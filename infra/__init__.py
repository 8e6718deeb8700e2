"""What surrounds the application: the local run, its engine and demo data, and the AWS stack."""
