"""Faults that the counter survives: real servers, real HTTP, real kills, and the books afterwards.

Four counters serve over a proxy on 127.0.0.1 as the page does (`counter.py`): a post with an id
of the device's own, the same again until something answers, alone by the roster where nothing
does, the queue told in order. A fault befalls them. Then every queue is told and `books.py` looks,
by plain rows and sums of its own: is every meal there that somebody was told is done (by 200, 201,
or by the device's own queue); does none stand twice, by its id, by person and period, by
subsidy, by what it moved; has every wallet paid what its owner was told, to the fen; does the real
`canteen ledger verify` find nothing. One card in ten is shown at two counters.

On SQLite by default, with ``CANTEEN_TEST_PG=1`` on a PostgreSQL of its own with its usual
``fsync`` (never on somebody's server: this one is killed). ``CANTEEN_FAULT_TRIALS=20`` repeats
everything twenty times, each time with other dice. A table at the end of the run counts trials.
Linux only: elsewhere these tests are not collected.

What each fault is, physically:

server killed             SIGKILL to the command and its workers at once, amid posts; trays go on
                          alone; started again on the same port.
a process of it killed    SIGKILL to one worker (the kernel out of memory), which must come back by
                          itself; then to the command alone, whose workers must not stay behind.
power cut                 everything is stopped at once (SIGSTOP) amid writes and never goes on.
                          SQLite: what its own calls wrote and had not yet synchronised
                          (`inside/unsynced.py` notes it) is kept, overwritten with noise by the
                          sector, or cut off, by the dice; the ``-shm`` is dropped or left.
                          PostgreSQL: the data directory is copied as it stands, the processes are
                          killed, and only the copy is opened again. All that was told over the
                          network must be there before anything is told again.
disk full                 a small tmpfs filled to its last byte where mounting is allowed; files
                          limited by the kernel (RLIMIT_FSIZE) always, which needs no right.
                          Later there is room again; PostgreSQL is started again if it gave up.
database restarted        PostgreSQL: SIGQUIT, which is ``pg_ctl restart -m immediate``, under the
                          running server. SQLite lives in the server's processes: one is killed.
clock set back            every reading of the clock in the server's processes jumps an hour back
                          and later forth again (`inside/wrong_clock.py`); two of the devices are
                          an hour behind all day.
sync doubled, reordered   each queue over three lines at once, backwards, shuffled, overlapping.
replayed from a copy      the queue as it was before it was told, told again; two tablets restored
                          from one copy that both go on; a copy that does not know of an undoing.
network gone              forty minutes by the devices' clocks in which trays are served and nothing
                          arrives, then all counters at once over a network that still breaks.
amid closes and undoings  a power cut, a kill and a restart of the database, while the clerks close
                          shifts, open the next, fetch change and undo trays (`hands.py`): what was
                          answered is in the books, each once.
power cut amid sync       everything is stopped while long queues are told, five meals at a time.
connection cut            the proxy breaks connections amid requests and amid answers.
browser killed            a real Chromium with a profile on disk, SIGKILL after "done", once before
                          and once amid telling; opened without a network, then with one.
  at any moment           SIGKILL at a moment of the dice after a gun's last key, the network back
                          in half of them: what stood on the screen as done is booked once.
  opened from a copy      its profile is copied on disk with a queue in it; both are opened and
                          tell it, then both go on alone, one card at both.
a day in between          it is killed with a queue, server's and device's clocks go on a day, the
                          price changes, nobody is signed in: each meal is of its own day.

Not covered. PostgreSQL's own use of fsync is believed: a copy of the page cache cannot show a
missing one (it does show ``synchronous_commit=off``). No disk that lies about what it has
synchronised, no broken sectors, no file system losing a rename. A browser's SIGKILL leaves the
page cache, so Chromium's own fsync is believed, too. The clocks of SQLite and PostgreSQL do not
move. The queue of a device that is lost or wiped before it is told is lost with it.
"""
