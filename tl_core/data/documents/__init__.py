"""Documents from strangers: each kind of file becomes blocks in their order, and blocks become passages."""
