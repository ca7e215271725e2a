"""Serves a git repository of two commits over HTTP, its first one as branch lesson-1."""
import os
from wsgiref.simple_server import make_server

from dulwich import porcelain
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

folder = "/tmp/course"
os.makedirs(folder)
repository = porcelain.init(folder)
ada = b"Ada <ada@example.org>"


def commit(text):
    with open(f"{folder}/lesson.txt", "w") as file:
        file.write(text)
    porcelain.add(repository, [file.name])
    porcelain.commit(repository, message=text, author=ada, committer=ada)


commit("one")
porcelain.branch_create(repository, "lesson-1")
commit("two")
make_server("", 8000, make_wsgi_chain(DictBackend({"/course.git": repository}))).serve_forever()
