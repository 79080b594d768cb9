namespace MuSc.Features.Import;

/// <summary>A checkpoint that cannot be imported; the message says what is wrong, where, and what to do.</summary>
public sealed class ImportException(string message, Exception? inner = null) : Exception(message, inner);
