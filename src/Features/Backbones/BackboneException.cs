namespace MuSc.Features.Backbones;

/// <summary>A backbone that cannot be used, or not in this way; the message says which, why and what to do.</summary>
public sealed class BackboneException(string message, Exception? inner = null) : Exception(message, inner);
