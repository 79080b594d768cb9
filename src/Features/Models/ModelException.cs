namespace MuSc.Features.Models;

/// <summary>A public model that cannot be had or is damaged; the message says why and what to do.</summary>
public sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner);
