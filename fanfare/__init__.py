"""The command of the project: runs the services and what operators and newcomers need around them."""
