namespace MuSc.Cli;

/// <summary>A command with examples, which its help shows at the end.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">One sentence.</param>
/// <param name="examples">Lines that can be typed as they are.</param>
internal sealed class MuscCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;
}
