namespace MuSc.Contracts;

/// <summary>Where a network runs.</summary>
/// <param name="Cuda">The number of the CUDA device; nothing means the processor.</param>
public readonly record struct Device(int? Cuda)
{
    /// <summary>Reads <c>cpu</c>, <c>cuda</c> (the first CUDA device) or <c>cuda:n</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Device Parse(string text)
    {
        string[] parts = text.ToLowerInvariant().Split(':');
        return parts switch
        {
            ["cpu"] => new Device(null),
            ["cuda"] => new Device(0),
            ["cuda", string number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int n) => new Device(n),
            _ => throw new FormatException($"The device '{text}' is not known; give cpu, cuda or cuda:n."),
        };
    }

    public override string ToString() => Cuda is int number ? $"cuda:{number}" : "cpu";
}
