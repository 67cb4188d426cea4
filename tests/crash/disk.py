"""disk - what a disk may hold after the power failed, from a log of system calls.

Only what was flushed is sure to be there (POSIX fsync(2)): octets of a file by a flush of
the file, names in a folder by a flush of the folder.  Of everything else any part may have
arrived: none, all, one write and not the one before it, half of a write.  What is mapped
into memory (the -shm file, which is made anew) is left out.
"""
import random

SECTOR = 512
TMPFILE = 0o20200000     # a file without a name: gone with whoever has it open
# What changes a disk.  One of these that no method below takes is a hole in the model.  Folders
# are there with what is in them.
CHANGES = {"creat", "unlink", "unlinkat", "rename", "renameat",
           "renameat2", "link", "linkat", "symlink", "truncate", "ftruncate", "fallocate",
           "write", "pwrite64", "writev", "pwritev"}


class File:
    def __init__(self, octets=b""):
        self.live = bytearray(octets)
        self.sure = bytes(octets)
        self.pending = []

    def change(self, deed):
        self.pending.append(deed)
        apply(self.live, deed)

    def flush(self):
        self.sure = bytes(self.live)
        self.pending = []

    def left(self, keep):
        """What is left when of what is pending keep(deed) arrived."""
        octets = bytearray(self.sure)
        for deed in self.pending:
            for part in keep(deed):
                apply(octets, part)
        return bytes(octets)


def apply(octets, deed):
    kind, at, data = deed
    if kind == "size":
        del octets[at:]
        octets.extend(bytes(at - len(octets)))
        return
    octets.extend(bytes(max(0, at - len(octets))))
    octets[at:at + len(data)] = data


def whole(deed):
    return [deed]


def nothing(_):
    return []


def torn(rng):
    """Each write arrives, arrives not, or arrives in part, sector by sector."""
    def keep(deed):
        kind, at, data = deed
        luck = rng.random()
        if kind == "size" or luck < 0.6:
            return [deed] if luck < 0.4 else []
        return [(kind, at + i, data[i:i + SECTOR]) for i in range(0, len(data), SECTOR)
                if rng.random() < 0.5]
    return keep


class Disk:
    """Begins with what lies in a folder; `root` is its path in the log."""

    def __init__(self, folder):
        self.root = str(folder)
        self.live = {str(p): File(p.read_bytes()) for p in sorted(folder.rglob("*"))
                     if p.is_file() and not p.name.endswith("-shm")}
        self.sure = dict(self.live)
        self.pending = []        # names: (path, File or None)s that change together
        self.stdout = bytearray()
        self.offsets = {}

    # -- what happens --------------------------------------------------------------------

    def rename(self, *names):
        self.pending.append(names)
        for path, file in names:
            set_name(self.live, path, file)

    def flush(self, path):
        if path in self.live:
            self.live[path].flush()
            return
        for names in [n for n in self.pending if any(in_folder(p, path) for p, _ in n)]:
            self.pending.remove(names)
            for name, file in names:
                set_name(self.sure, name, file)

    def take(self, entry):
        """One line of the log.  True: something changed."""
        call, path, args = entry["call"], entry["path"], entry["args"]
        if entry["result"] < 0 or path.endswith("-shm"):
            return False
        if path == "<stdout>":
            if call != "write":
                return False
            self.stdout += bytes.fromhex(entry["data"])[:entry["result"]]
            return True
        deed = getattr(self, "take_" + call, None)
        if deed is None and call in CHANGES:
            raise NotImplementedError(f"{call} of {path}")
        return deed is not None and deed(path, args, entry) is not False

    def take_openat(self, path, args, entry):
        self.offsets[entry["result"]] = 0
        if args[2] & TMPFILE == TMPFILE:
            self.live[path] = File()
        elif args[2] & 0o100 and path not in self.live:
            self.rename((path, File()))
        elif args[2] & 0o1000:
            self.live[path].change(("size", 0, b""))
        else:
            return False
        return True

    def take_write(self, path, args, entry):
        data = bytes.fromhex(entry["data"])[:entry["result"]]
        self.live[path].change(("write", self.offsets.get(args[0], 0), data))
        self.offsets[args[0]] = self.offsets.get(args[0], 0) + len(data)

    def take_pwrite64(self, path, args, entry):
        self.live[path].change(("write", args[3], bytes.fromhex(entry["data"])[:entry["result"]]))

    def take_ftruncate(self, path, args, _):
        self.live[path].change(("size", args[1], b""))

    def take_fsync(self, path, _args, _entry):
        self.flush(path)

    take_fdatasync = take_fsync

    def take_syncfs(self, _path, _args, _entry):
        for file in self.live.values():
            file.flush()
        self.sure = {path: file for path, file in self.live.items() if not is_unnamed(path)}
        self.pending = []

    def take_unlink(self, path, _args, _entry):
        self.rename((path, None))

    def take_rename(self, path, _args, entry):
        self.rename((path, None), (entry["to"], self.live[path]))

    def take_link(self, path, _args, entry):
        self.rename((entry["to"], self.live[path]))

    take_linkat = take_link

    def check(self, folder):
        """What went through here is all that happened: the files are those of the folder."""
        have = {str(p): p.read_bytes() for p in folder.rglob("*")
                if p.is_file() and not p.name.endswith("-shm")}
        want = {path: bytes(file.live) for path, file in self.live.items() if not is_unnamed(path)}
        wrong = [path for path in have.keys() | want.keys() if have.get(path) != want.get(path)]
        if wrong:
            raise NotImplementedError(f"changed by calls that are not known: {sorted(wrong)}")

    # -- what is left --------------------------------------------------------------------

    def left(self, variant, seed):
        """{path: octets} as the disk may hold it."""
        rng = random.Random(seed)
        names, keep = VARIANTS[variant](self, rng)
        tree = dict(self.sure)
        for change in names:
            for path, file in change:
                set_name(tree, path, file)
        return {path: file.left(keep) for path, file in tree.items()}


def set_name(tree, path, file):
    if file is None:
        tree.pop(path, None)
    else:
        tree[path] = file


def is_unnamed(path):
    return path.rpartition("/")[2].startswith("#")


def in_folder(path, folder):
    return path.rpartition("/")[0] == folder


VARIANTS = {
    "nothing arrived": lambda disk, rng: ([], nothing),
    "names arrived": lambda disk, rng: (disk.pending, nothing),
    "octets arrived": lambda disk, rng: ([], whole),
    "all arrived": lambda disk, rng: (disk.pending, whole),
    # Names arrive in their order, as file systems with a journal have it.
    "torn": lambda disk, rng: (disk.pending[:rng.randint(0, len(disk.pending))], torn(rng)),
    # Or in any.
    "torn, names too": lambda disk, rng: ([n for n in disk.pending if rng.random() < 0.5],
                                          torn(rng)),
}
