using System.Diagnostics;
using System.Text.Json;

namespace MuSc.Features.Tests;

/// <summary>What the project takes from NuGet, and what of it lies beside a program.</summary>
public sealed class PackagesTests
{
    [Theory]
    [InlineData("false", "Microsoft.ML.OnnxRuntime")]
    [InlineData("true", "Microsoft.ML.OnnxRuntime.Gpu")]
    public async Task Gpu_chooses_ONNX_Runtimes_package(string gpu, string package)
    {
        string[] arguments = ["msbuild", Path.Combine(Shared.Root, "src", "Features", "Features.csproj"), "-getItem:PackageReference", $"-p:Gpu={gpu}"];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        string printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        using JsonDocument items = JsonDocument.Parse(printed);
        IEnumerable<string?> names = items.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString());
        Assert.Equal(package, Assert.Single(names, name => name!.Contains("OnnxRuntime", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("*onnxruntime.*")]
    [InlineData("libvips*")]
    public void Native_files_of_one_platform_lie_beside_the_program(string pattern) =>
        Assert.Single(Directory.GetFiles(AppContext.BaseDirectory, pattern, SearchOption.AllDirectories), file => Path.GetExtension(file) is not (".dll" or ".pdb" or ".xml"));
}
