namespace MuSc.Cluster.Tests.Client;

/// <summary>A test that runs a Python program; it is skipped, and says so, where there is no <c>python3</c>.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        bool there = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "python3"))) == true;
        Skip = there ? null : "There is no python3 on the path.";
    }
}
