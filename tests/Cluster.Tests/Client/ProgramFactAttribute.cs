namespace MuSc.Cluster.Tests.Client;

/// <summary>A test that runs a program of the system's; it is skipped, and says so, where that is absent.</summary>
public sealed class ProgramFactAttribute : FactAttribute
{
    /// <param name="program">The program's name.</param>
    public ProgramFactAttribute(string program)
    {
        bool there = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))) == true;
        Skip = there ? null : $"There is no {program} on the path.";
    }
}
