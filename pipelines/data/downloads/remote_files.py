"""What can be downloaded: keras.datasets and mcycle; where their files come from, and how they are known whole.

Names, URLs and hashes are those of Keras, so that what is downloaded here serves keras.datasets and the other way
round. Keras knows no hashes for Fashion-MNIST: those are of the files that its makers publish. The public table of
mcycle is written anew now and then (quotes, row names), so its hash is of the numbers in it.
"""

from dataclasses import dataclass

OFFLINE_SETS = "the toy problems, digits, iris, wine, breast cancer and diabetes"
_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
_TORONTO = "https://www.cs.toronto.edu/~kriz"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to download.

    Attributes:
        name: where it is kept below the `datasets` folder of KERAS_HOME, with `/`.
        url: where it comes from.
        hash: SHA-256 of the file, or where it has 32 characters its MD5; see columns.
        bytes: size of the file; 0: it differs from copy to copy.
        columns: of a CSV; the hash is of the numbers in these columns, as `downloads.numbers_hash` gives it.
    """

    name: str
    url: str
    hash: str
    bytes: int = 0
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Download:
    """A data set to download.

    Attributes:
        key: in DOWNLOADS, the name of the data set.
        title: for messages.
        files: all are needed.
        mirror: a URL that the files are below, by the last part of their own URLs; empty: they come from there.
    """

    key: str
    title: str
    files: tuple[RemoteFile, ...]
    mirror: str = ""

    @property
    def bytes(self) -> int:
        """Size of all files; 0 where it is not known."""
        sizes = [file.bytes for file in self.files]
        return sum(sizes) if all(sizes) else 0

    def url_of(self, file: RemoteFile) -> str:
        """Where `file` is downloaded from."""
        return f"{self.mirror.rstrip('/')}/{file.url.rpartition('/')[2]}" if self.mirror else file.url


def _of_keras(name: str, hash: str, bytes: int, folder: str = "") -> RemoteFile:
    return RemoteFile(folder + name, f"{_KERAS}/{name}", hash, bytes)


_ALL = (
    Download(
        "mnist",
        "MNIST",
        (_of_keras("mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434),),
    ),
    Download(
        "fashion_mnist",
        "Fashion-MNIST",
        tuple(
            _of_keras(name, hash, size, "fashion-mnist/")
            for name, hash, size in (
                (
                    "train-labels-idx1-ubyte.gz",
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    29_515,
                ),
                (
                    "train-images-idx3-ubyte.gz",
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    26_421_880,
                ),
                (
                    "t10k-labels-idx1-ubyte.gz",
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                    5_148,
                ),
                (
                    "t10k-images-idx3-ubyte.gz",
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    4_422_102,
                ),
            )
        ),
    ),
    Download(
        "cifar10",
        "CIFAR-10",
        (
            RemoteFile(
                "cifar-10-batches-py-target_archive",
                f"{_TORONTO}/cifar-10-python.tar.gz",
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                170_498_071,
            ),
        ),
    ),
    Download(
        "cifar100",
        "CIFAR-100",
        (
            RemoteFile(
                "cifar-100-python-target_archive",
                f"{_TORONTO}/cifar-100-python.tar.gz",
                "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
                169_001_437,
            ),
        ),
    ),
    Download(
        "imdb",
        "IMDB",
        (
            _of_keras("imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f", 17_464_789),
            _of_keras("imdb_word_index.json", "bfafd718b763782e994055a2d397834f", 1_641_221),
        ),
    ),
    Download(
        "reuters",
        "Reuters",
        (
            _of_keras("reuters.npz", "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916", 2_110_848),
            _of_keras("reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921", 550_378),
        ),
    ),
    Download(
        "california_housing",
        "California housing",
        (
            _of_keras(
                "california_housing.npz", "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f", 743_530
            ),
        ),
    ),
    Download(
        "mcycle",
        "The motorcycle data",
        (
            RemoteFile(
                "mcycle.csv",
                "https://vincentarelbundock.github.io/Rdatasets/csv/MASS/mcycle.csv",
                "1f7cbeede42cc6559ddc84bc94d0ae77f81ae034a55653cf2cbd6ff2a8412da3",
                columns=("times", "accel"),
            ),
        ),
    ),
)
DOWNLOADS: dict[str, Download] = {download.key: download for download in _ALL}
