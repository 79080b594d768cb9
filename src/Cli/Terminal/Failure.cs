using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Features.Import;
using MuSc.Features.Models;

namespace MuSc.Cli.Terminal;

/// <summary>Reports an error in one clear line, and gives its exit code.</summary>
internal static class Failure
{
    public static int Report(Exception error, bool cancelled, bool verbose, TextWriter output)
    {
        (int code, string line) = error switch
        {
            OperationCanceledException when cancelled => (ExitCode.Cancelled, "Cancelled; nothing half-written stays."),
            JobException job => (ExitCode.Of(job.Kind), job.Message),
            ImageFileException file => (ExitCode.Input, file.Message),
            BackboneException backbone => (ExitCode.Input, backbone.Message),
            ImportException or ModelException => (ExitCode.Input, error.Message),
            DeviceException device => (ExitCode.Resource, device.Message),
            OutOfMemoryException => (ExitCode.Resource, "There is not enough memory: a smaller --size or --memory needs less."),
            UnauthorizedAccessException or IOException => (ExitCode.Resource, error.Message),
            _ => (ExitCode.Internal, $"Internal error: {error.GetType().Name}: {error.Message} (--verbose shows where; please report it)"),
        };
        output.WriteLine($"musc: {Printable.Of(line)}");
        if (verbose && code != ExitCode.Cancelled)
        {
            output.WriteLine(error);
        }

        return code;
    }
}
