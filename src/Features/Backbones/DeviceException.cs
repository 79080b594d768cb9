namespace MuSc.Features.Backbones;

/// <summary>The device that was asked for is not there or does not work; a resource error. There is no silent fall-back to the processor.</summary>
public sealed class DeviceException(string message, Exception? inner = null) : Exception(message, inner);
