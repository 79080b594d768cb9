namespace MuSc.Engine.Tokens;

/// <summary>The kinds of elements of NumPy arrays that are read and written, all little-endian.</summary>
public enum NpyType
{
    /// <summary>One byte, 0 or 1 (<c>|b1</c>).</summary>
    Boolean,

    /// <summary>One unsigned byte (<c>|u1</c>).</summary>
    UInt8,

    /// <summary>32-bit integer (<c>&lt;i4</c>).</summary>
    Int32,

    /// <summary>64-bit integer (<c>&lt;i8</c>).</summary>
    Int64,

    /// <summary>Half precision (<c>&lt;f2</c>).</summary>
    Float16,

    /// <summary>Single precision (<c>&lt;f4</c>).</summary>
    Float32,

    /// <summary>Double precision (<c>&lt;f8</c>).</summary>
    Float64,
}
