namespace MuSc.Cli;

/// <summary>What <c>musc</c> reports to the program that started it.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Usage = 2;
    public const int Input = 3;
    public const int Resource = 4;
    public const int Internal = 70;
    public const int Cancelled = 130;

    /// <summary>The codes, for <c>--help</c>.</summary>
    public const string Help = """
        Exit codes:
          0    done
          2    the command line is wrong, or the output folder is not empty
          3    an input cannot be used
          4    memory, disk or a device does not suffice
          70   internal error
          130  cancelled; nothing half-written stays
        """;

    public static int Of(JobErrorKind kind) => kind switch
    {
        JobErrorKind.Usage or JobErrorKind.NotFound or JobErrorKind.Conflict => Usage,
        JobErrorKind.Input => Input,
        _ => Resource,
    };
}
