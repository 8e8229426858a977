"""Where the inputs of runs are kept, so that every worker and every replica can answer about any run."""

from app.store.opening import open_store
from app.store.place import RunStore, StoreUnavailable
from app.store.record import DamagedRecord, Record, read_record, write_record

__all__ = ["DamagedRecord", "Record", "RunStore", "StoreUnavailable", "open_store", "read_record", "write_record"]
