"""Takes the file of film reviews out of vaderSentiment's source distribution: make.py PACKAGE FOLDER."""
import io
import pathlib
import sys
import tarfile

package, folder = sys.argv[1:]
outer = tarfile.open(package)
inner = next(name for name in outer.getnames() if name.endswith("hutto_ICWSM_2014.tar.gz"))
sentences = tarfile.open(fileobj=io.BytesIO(outer.extractfile(inner).read()))
text = sentences.extractfile("hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt").read()
pathlib.Path(folder, "film_reviews.txt").write_bytes(text)
