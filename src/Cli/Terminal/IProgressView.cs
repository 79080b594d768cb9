namespace MuSc.Cli.Terminal;

/// <summary>Shows how far a job is, on standard error.</summary>
internal interface IProgressView
{
    /// <summary>Runs some work that reports its progress.</summary>
    Task<T> RunAsync<T>(Func<IProgress<JobProgress>, Task<T>> work);
}

/// <summary>Words for phases.</summary>
internal static class ProgressText
{
    public static string Doing(JobPhase phase) => phase switch
    {
        JobPhase.Check => "Checking images",
        JobPhase.Extract => "Extracting tokens",
        JobPhase.Score => "Scoring pairs",
        _ => "Writing results",
    };

    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.95 } => $"{time.TotalSeconds:0.0} s",
        { TotalSeconds: < 99.5 } => $"{time.TotalSeconds:0} s",
        { TotalMinutes: < 99.5 } => $"{time.TotalMinutes:0} min",
        _ => $"{time.TotalHours:0.0} h",
    };
}
