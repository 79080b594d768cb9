namespace MuSc.Contracts;

/// <summary>Where a network runs, and where images score each other.</summary>
/// <param name="Cuda">The number of the CUDA device; nothing means the processor.</param>
/// <param name="Emulated">Whether the processor plays the graphics processor that images score each other on: slow, for tests.</param>
public readonly record struct Device(int? Cuda, bool Emulated = false)
{
    /// <summary>Whether images score each other elsewhere than on the processor.</summary>
    public bool ScoresOnGpu => Cuda is not null || Emulated;

    /// <summary>
    /// Reads <c>cpu</c>, <c>cuda</c> (the first CUDA device), <c>cuda:n</c> or, for tests, <c>gpu-emulated</c>; null where the text is none of these.
    /// </summary>
    public static Device? TryParse(string text) => text.ToLowerInvariant().Split(':') switch
    {
        ["cpu"] => new Device(null),
        ["gpu-emulated"] => new Device(null, Emulated: true),
        ["cuda"] => new Device(0),
        ["cuda", string number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int n) => new Device(n),
        _ => null,
    };

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">The text is no device.</exception>
    public static Device Parse(string text) =>
        TryParse(text) ?? throw new FormatException($"The device '{text}' is not known; give cpu, cuda or cuda:n.");

    public override string ToString() => Cuda is int number ? $"cuda:{number}" : Emulated ? "gpu-emulated" : "cpu";
}
