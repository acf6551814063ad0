//! Whole jobs through the public interface.
