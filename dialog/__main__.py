from dialog.cli import main

main()
