"""The sandbox: a child process that decodes one file of an unknown sender under limits, and imports nothing of METAIA.

`python -I __main__.py KIND CONTENT_TYPE FILE FOLDER` writes clean files into FOLDER and one line of JSON to its output.
The package is named `sandbox` there, so its modules import each other relatively.
"""
