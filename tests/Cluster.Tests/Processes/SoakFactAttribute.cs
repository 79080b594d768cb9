namespace MuSc.Cluster.Tests.Processes;

/// <summary>A test that is too long for the test command: a soak run starts it, elsewhere it is skipped, and says so.</summary>
public class SoakFactAttribute : FactAttribute
{
    /// <param name="script">What starts it.</param>
    public SoakFactAttribute(string script) => Skip =
        Environment.GetEnvironmentVariable("MUSC_SOAK") is null ? $"A soak run: {script}." : new PostgresFactAttribute().Skip;
}
